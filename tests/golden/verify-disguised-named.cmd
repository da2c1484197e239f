run incident/two-users -d tests/golden/certificates/disguised.json --certificate "$work/c" -qq; interleak verify "$work/c" incident/two-users -d tests/golden/certificates/disguised.json
