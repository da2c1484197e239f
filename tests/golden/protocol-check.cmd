check tests/protocols/unit.json -L tests/protocols
