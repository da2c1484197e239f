designs show patterns/drain --json
