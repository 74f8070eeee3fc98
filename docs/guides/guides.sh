# Four functions for the pages of this directory, in bash or zsh: `. docs/guides/guides.sh` in the project's directory, while `make up` runs.
eval "$(.venv/bin/tt access)"

# ask TOKEN METHOD URL [-d JSON]: what a service answers; where it refuses, the problem and a failure
ask() {
  local token=$1 method=$2 url=$3
  shift 3
  curl --silent --show-error --fail-with-body --noproxy '*' -X "$method" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$@" "$url"
}

# ... | field NAME ...: one value of a JSON answer, by its way down, as `field cases 0 application_id`
field() {
  python3 -c 'import json, sys
value = json.load(sys.stdin)
for step in sys.argv[1:]:
    value = value[int(step) if step.isdigit() else step]
print(value)' "$@"
}

# ... | each NAME FIELD ...: these fields of every entry of a list, a line each
each() {
  python3 -c 'import json, sys
for entry in json.load(sys.stdin)[sys.argv[1]]:
    print(*(entry[name] for name in sys.argv[2:]) if len(sys.argv) > 2 else (entry,))' "$@"
}

# soon WORD COMMAND ...: repeats a command until its answer holds the word; messages between services arrive within moments
soon() {
  local word=$1
  shift
  until "$@" | grep --quiet "$word"; do sleep 1; done
}
