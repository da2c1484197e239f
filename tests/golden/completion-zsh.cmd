completion zsh | sed -n '1,/^_interleak()/p;/^_interleak_verb_designs()/,/^}/p;/^_interleak_verb_schema()/,/^}/p;/^if /,$p'
