run tests/protocols/unit.json -L tests/protocols -d 'ledger/*'
