protocols list --json -L tests/protocols
