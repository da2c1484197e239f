designs diff patterns/shield-release-outside patterns/shield --color always
