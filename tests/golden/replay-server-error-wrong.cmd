replay museum/pgx-statement-left-behind -d pgx-2223/prepare-once -s 'alice srv.1!duplicate_statement'
