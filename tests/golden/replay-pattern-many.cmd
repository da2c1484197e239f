replay 'incident/two-*' -s alice
