protocols show ledger --json -L tests/protocols
