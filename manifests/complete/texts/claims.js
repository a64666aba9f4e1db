const getCustomJwtClaims = async ({ context, environmentVariables }) => {
  return {
    plan: environmentVariables.plan,
    roles: context.user.roles.map((role) => role.name),
  };
};
