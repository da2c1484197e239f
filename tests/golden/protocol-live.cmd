live tests/golden/ledger/unit.json -L tests/protocols -L tests/golden/ledger --client true
