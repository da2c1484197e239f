compare incident/two-users --find leak,lst-slot
