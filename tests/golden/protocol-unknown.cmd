run tests/golden/ledger/unit.json -d redis-py-4.5.1/pool
