// Says beside the link to another service that it does not answer, or waits. Without script its page says so.

for (const link of document.querySelectorAll("[data-asks]")) {
  fetch(link.dataset.asks, { headers: { Accept: "application/json" } })
    .then(async (answer) => {
      if (answer.ok || answer.status === 404) return;
      const { ready } = await answer.json();
      const tag = document.createElement("span");
      tag.className = "tag tag--warn";
      tag.textContent = ready === false ? link.dataset.waits : link.dataset.away;
      link.append(" ", tag);
    })
    .catch(() => {});
}
