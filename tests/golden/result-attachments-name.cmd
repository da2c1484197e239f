check tests/golden/failing --junit $work/f.xml --attachments "a]]"
