check tests/golden/more/witness.json --max-states 5
