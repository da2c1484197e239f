explain leak --color always
