__man | sed -n '1,/^.SH SYN/p;/^.SS interleak replay/,/^.PP$/p;/^.SS interleak designs diff/,/^.SS interleak new/p;/^.SH EXIT/,$p'
