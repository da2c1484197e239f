check tests/golden/failing -qq --junit $work/f.xml --attachments $work/a; grep -o "ATTACHMENT|[^<]*" $work/f.xml | sed "s#$work/##"; cat $work/a/*.txt
