#!/bin/sh
# lock.sh: resolve pyproject.toml into requirements/{run,test,check}.txt. Every line is pinned and hashed for all
# platforms; the newest versions that pyproject.toml allows are taken.
set -eu
lock() {
    .venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
        --no-header --no-emit-index-url --no-emit-find-links --output-file "requirements/$1.txt" pyproject.toml $2
}
lock run ""
lock test "--extra test"
lock check "--extra check"
git diff --stat -- requirements
