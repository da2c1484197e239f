completion fish | sed -n "1,/^complete -c interleak -f/p;/__interleak_at designs/p;/__interleak_at schema/p"
