-- The database's name stands in exporter.yaml, too. Days and minutes are those of the server, which should be in UTC.
CREATE DATABASE IF NOT EXISTS playscope;
USE playscope;
