DO $$
BEGIN
    IF NOT (SELECT rolcanlogin FROM pg_roles WHERE rolname = 'susu_app') THEN
        ALTER ROLE susu_app LOGIN;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'susu_app cannot log in: whoever made the role has to say ALTER ROLE susu_app LOGIN';
END $$;
