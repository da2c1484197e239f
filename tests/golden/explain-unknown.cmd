explain no-lost-slots
