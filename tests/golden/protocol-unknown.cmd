run tests/protocols/unit.json -d redis-py-4.5.1/pool
