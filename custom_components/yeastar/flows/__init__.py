"""Forms beside the config flow: options, contacts, certificates, discovery."""
