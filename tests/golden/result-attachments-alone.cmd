check tests/golden/failing --attachments folder
