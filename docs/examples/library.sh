#!/bin/sh
# The resource library by curl: a model, a scene and a garment of the same pictures, sent straight to the store, made in
# one call each, and read back by anybody. Needs curl and Python 3, which reads and writes the JSON.
#
#   docs/examples/library.sh http://127.0.0.1:8000 demo-admin PASSWORD original.jpg thumbnail.jpg gallery.jpg...
set -eu
api=$1/api/v1 user=$2 password=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
call() { curl --silent --show-error --fail-with-body -H 'Content-Type: application/json' "$@"; }

# Sign in.
USER_NAME=$user PASSWORD=$password python3 -c '
import json, os
print(json.dumps({"username": os.environ["USER_NAME"], "password": os.environ["PASSWORD"]}))' >"$work/login.json"
token=$(call "$api/auth/token/" -d @"$work/login.json" | python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])')

make() {
    said=$1
    shift

    # 1. Announce all files in one call: an upload session for each, or for none.
    python3 - "$said" "$@" >"$work/announced.json" <<'PYTHON'
import json, mimetypes, os, sys
said, paths = json.loads(sys.argv[1]), sys.argv[2:]
roles = ["original", "thumbnail", *["gallery"] * (len(paths) - 2)]
print(json.dumps({"type": said["type"], "files": [
    {"role": role, "filename": os.path.basename(path), "size": os.path.getsize(path),
     "content_type": mimetypes.guess_type(path)[0] or "image/webp"} for role, path in zip(roles, paths)]}))
PYTHON
    call "$api/library-resources/presign/" -H "Authorization: Token $token" -d @"$work/announced.json" >"$work/sessions.json"

    # 2. PUT every file to its address, with exactly the headers that came with it. No token: the address is signed.
    python3 - "$work/sessions.json" "$@" >"$work/puts" <<'PYTHON'
import json, sys
files = json.load(open(sys.argv[1]))["files"]
for file, path in zip(files, sys.argv[2:]):
    print(f'url = "{file["url"]}"\nrequest = "{file["method"]}"\nupload-file = "{path}"\nfail-with-body\nsilent\nshow-error')
    for name, value in file["headers"].items():
        if name.lower() not in ("host", "content-length"):  # curl sends these by itself
            print("header = " + json.dumps(f"{name}: {value}"))
    print("next" if file is not files[-1] else "")
PYTHON
    curl -K "$work/puts"

    # 3. Make the resource of them: all or nothing.
    python3 - "$work/sessions.json" "$said" >"$work/resource.json" <<'PYTHON'
import json, sys
files = [{name: file[name] for name in ("role", "upload_session")} for file in json.load(open(sys.argv[1]))["files"]]
print(json.dumps({**json.loads(sys.argv[2]), "files": files}))
PYTHON
    call "$api/library-resources/" -H "Authorization: Token $token" -d @"$work/resource.json" >"$work/made.json"

    # 4. Anybody lists it, and fetches the same bytes from the addresses in the list.
    call "$api/library-resources/?limit=200" >"$work/list.json"
    python3 - "$work/made.json" "$work/list.json" "$@" >"$work/addresses" <<'PYTHON'
import json, sys
made, listed = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))["results"]
row = next(row for row in listed if row["id"] == made["id"])
for file, path in zip([row["original"], row["thumbnail"], *row["gallery"]], sys.argv[3:], strict=True):
    print(file["url"], path)
PYTHON
    while read -r address path; do
        curl --silent --show-error --fail "$address" -o "$work/fetched"
        cmp "$work/fetched" "$path"
        echo "$(python3 -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' \
            "$work/fetched") $address"
    done <"$work/addresses"
}

make '{"type": "model", "name": "Mara", "gender": "female", "age_group": "adult"}' "$@"
make '{"type": "scene", "name": "Loft", "environment": "indoor"}' "$@"
make '{"type": "garment", "name": "Parka", "category": "jackets"}' "$@"
