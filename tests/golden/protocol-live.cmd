live tests/protocols/unit.json -L tests/protocols --client true
