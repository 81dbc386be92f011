namespace Commission.Storage.Upkeep;

/// <summary>Records of one owner after the other, each owner's numbered from 1 without gaps.</summary>
internal sealed class Numbering<TOwner>(string table, Func<TOwner, string> describe, Action<StoreProblem> report)
    where TOwner : IEquatable<TOwner>
{
    private TOwner? _owner;
    private string _place = "";
    private long _last;

    /// <summary>How many owners there were.</summary>
    public long Owners { get; private set; }

    /// <summary>Takes the next record.</summary>
    /// <returns>Its owner in words.</returns>
    public string Next(TOwner owner, long number)
    {
        if (Owners == 0 || !owner.Equals(_owner))
        {
            (_owner, _place, _last) = (owner, describe(owner), 0);
            Owners++;
        }

        if (number <= _last)
        {
            report(new(table, _place, number, "the number comes twice"));
        }
        else if (number > _last + 1)
        {
            report(new(table, _place, _last + 1, Missing(number - 1)));
        }

        _last = number;
        return _place;
    }

    private string Missing(long until) => until == _last + 1
        ? "the record is missing"
        : FormattableString.Invariant($"the records up to number {until} are missing");
}
