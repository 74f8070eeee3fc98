# Four functions for the pages of this directory, in bash or zsh: `. docs/guides/guides.sh` in the project's directory, while `make up` runs.
eval "$(.venv/bin/tt access)"

# ask TOKEN METHOD URL [-d JSON]: what a service answers; where it refuses, the problem and a failure
ask() {
  local token=$1 method=$2 url=$3
  shift 3
  # the token by standard input, for everybody on a machine sees a command line
  printf 'Authorization: Bearer %s\n' "$token" |
    curl --silent --show-error --fail-with-body --noproxy '*' -X "$method" -H @- -H 'Content-Type: application/json' "$@" "$url"
}

# ... | field NAME ...: one value of a JSON answer, by its way down, as `field cases 0 application_id`; an answer without it is shown, with a failure
field() {
  python3 -c 'import json, sys
answer = sys.stdin.read()
try:
    value = json.loads(answer)
    for step in sys.argv[1:]:
        value = value[int(step) if step.isdigit() else step]
except (ValueError, LookupError, TypeError):
    sys.exit(answer or "there was no answer")
print(value)' "$@"
}

# ... | each NAME FIELD ...: these fields of every entry of a list, a line each; an answer without them is shown, with a failure
each() {
  python3 -c 'import json, sys
answer = sys.stdin.read()
try:
    lines = [[entry[name] for name in sys.argv[2:]] or [entry] for entry in json.loads(answer)[sys.argv[1]]]
except (ValueError, LookupError, TypeError):
    sys.exit(answer or "there was no answer")
for line in lines:
    print(*line)' "$@"
}

# soon WORD COMMAND ...: repeats a command until its answer holds the word, as messages between services arrive within moments;
# after SOON_SECONDS (60) it shows the last answer, with a failure
soon() {
  local word=$1 answer ends=$((SECONDS + ${SOON_SECONDS:-60}))
  shift
  until answer=$("$@" 2>&1); printf '%s' "$answer" | grep --quiet -- "$word"; do
    if [ "$SECONDS" -ge "$ends" ]; then
      printf '%s did not come within %s s; the last answer:\n%s\n' "$word" "${SOON_SECONDS:-60}" "$answer" >&2
      return 1
    fi
    sleep 1
  done
}
