explain no-lost-slot
