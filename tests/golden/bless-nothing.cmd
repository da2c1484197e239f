bless scenarios/lessons/one-cancel.json
