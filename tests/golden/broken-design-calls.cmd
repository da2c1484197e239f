validate tests/limits/calls-that-triple.json
