// Shortcuts: single keys, while the focus is in the part that is marked data-keys and not in a text. They can be
// switched off in this browser. Without script the page is the same, and its help is not there.

const OFF = "keys-off";
const TEXTS = "textarea, select, input:not([type=radio], [type=checkbox])";
const PRESSED = "a, button, input[type=radio], input[type=checkbox]";
const part = document.querySelector("[data-keys]");
const help = document.querySelector("dialog.keys");
const opener = document.querySelector("[data-keys-help]");
const setting = help.querySelector("input");

opener.hidden = false;
opener.addEventListener("click", () => help.showModal());
setting.checked = localStorage.getItem(OFF) === null;
setting.addEventListener("change", () => {
  if (setting.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "yes");
});

/** Presses what the key is for, or goes to its text, which may lie in a part that is folded. */
function use(marked) {
  marked.closest("details")?.setAttribute("open", "");
  const found = marked.matches(PRESSED) ? marked : marked.querySelector("textarea");
  found.focus();
  if (found.matches(PRESSED)) found.click();
}

part.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || !setting.checked) return;
  if (event.target.matches(TEXTS)) {
    if (event.key === "Escape") part.focus();
    return;
  }
  const marked = part.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (event.key === "?") help.showModal();
  else if (marked) use(marked);
  else return;
  event.preventDefault();
});
