namespace Commission.Gateway.Grpc.Security;

/// <summary>Whose pay a caller may see with a method; the guard says so, and keeps it with the call.</summary>
/// <param name="caller">Who calls.</param>
/// <param name="reach">How far he sees.</param>
/// <param name="organisation">Knows who reports to whom.</param>
internal sealed class Sight(Caller caller, Reach reach, IOrganisation organisation)
{
    /// <summary>Whether he may see a payee's pay.</summary>
    public ValueTask<bool> SeesAsync(string rep)
    {
        if (reach == Reach.Tenant || string.Equals(rep, caller.Subject, StringComparison.Ordinal))
        {
            return new(true);
        }

        return reach == Reach.Tree ? organisation.IsBelowAsync(caller.Tenant, caller.Subject, rep) : new(false);
    }
}
