run museum/pgx-statement-left-behind -d pgx-2223/prepare-once
