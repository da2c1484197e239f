check tests/golden/broken/marks.json --github --junit $work/f.xml; cat $work/f.xml
