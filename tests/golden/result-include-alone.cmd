check tests/golden/failing --sarif-include all
