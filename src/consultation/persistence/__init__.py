"""SQLAlchemy: tables, repositories, read models and the unit of work, on SQLite and PostgreSQL."""
