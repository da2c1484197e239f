run scenarios/incident
