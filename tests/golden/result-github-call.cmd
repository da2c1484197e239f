check tests/golden/result-github-call.json -L tests/golden/result-github-call.design.json -q --github=on
