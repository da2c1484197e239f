run incident/two-users -d tests/golden/certificates/disguised.json --certificate "$work/c" -qq; interleak verify "$work/c" --width 400 >"$work/o"; code=$?; sed "s|$work|WORK|" "$work/o"; (exit $code)
