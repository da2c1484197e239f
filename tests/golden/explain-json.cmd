explain raise --json
