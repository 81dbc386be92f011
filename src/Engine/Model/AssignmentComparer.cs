using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Whether two assignments say the same, digit by digit: whoever has one could as well have the other.
/// </summary>
public sealed class AssignmentComparer : IEqualityComparer<Assignment>
{
    /// <summary>The only one.</summary>
    public static AssignmentComparer Instance { get; } = new();

    private AssignmentComparer()
    {
    }

    /// <inheritdoc/>
    public bool Equals(Assignment? x, Assignment? y) => ReferenceEquals(x, y)
        || (x is not null && y is not null
            && string.Equals(x.Plan, y.Plan, StringComparison.Ordinal)
            && (x.From, x.To, x.Prorate) == (y.From, y.To, y.Prorate)
            && AreSame(x.Quotas, y.Quotas, AreSame)
            && AreSame(x.Targets, y.Targets, AreSame));

    /// <inheritdoc/>
    public int GetHashCode(Assignment obj)
    {
        // In no order: tables that say the same may have it in another one.
        var hash = HashCode.Combine(obj.From, obj.To, obj.Prorate);
        foreach (var (name, quota) in obj.Quotas)
        {
            hash ^= HashCode.Combine(name, HashOf(quota));
        }

        foreach (var target in obj.Targets)
        {
            hash ^= HashCode.Combine(target.Key, target.Value);
        }

        return HashCode.Combine(hash, obj.Plan);
    }

    private static bool AreSame<T>(
        ImmutableDictionary<string, T> ours, ImmutableDictionary<string, T> theirs, Func<T, T, bool> areSame)
    {
        if (ours.Count != theirs.Count)
        {
            return false;
        }

        foreach (var (name, value) in ours)
        {
            if (!theirs.TryGetValue(name, out var other) || !areSame(value, other))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreSame(Quota ours, Quota theirs) => ours.Window == theirs.Window && (ours, theirs) switch
    {
        (Quota.Same our, Quota.Same their) => AreSame(our.Amount, their.Amount),
        (Quota.Named our, Quota.Named their) => AreSame(our.Amounts, their.Amounts, AreSame),
        (Quota.Yearly our, Quota.Yearly their) =>
            AreSame(our.Amount, their.Amount) && our.Shares.AsSpan().SequenceEqual(their.Shares.AsSpan()),
        _ => false,
    };

    // Equal amounts may have been written with more digits or fewer, and be printed so.
    private static bool AreSame(decimal ours, decimal theirs) => ours == theirs && ours.Scale == theirs.Scale;

    private static int HashOf(Quota quota) => quota switch
    {
        Quota.Same same => same.Amount.GetHashCode(),
        Quota.Named named => HashCode.Combine(named.Amounts.Count, named.Amounts.Values.Sum()),
        Quota.Yearly yearly => yearly.Amount.GetHashCode(),
        _ => 0,
    };
}
