bless scenarios/regression/one-cancel.json
