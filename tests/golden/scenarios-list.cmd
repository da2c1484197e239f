scenarios list
