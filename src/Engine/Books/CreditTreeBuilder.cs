namespace Commission.Engine;

/// <summary>Makes a <see cref="CreditTree"/> of credits that come in order, in O(n).</summary>
internal sealed class CreditTreeBuilder(int slots)
{
    private readonly List<CreditNode> _leaves = [];
    private CreditLeaf? _last;
    private int _count;

    /// <summary>Adds a credit, whose place is behind that of the one before.</summary>
    public void Append(Place place, ReadOnlySpan<Tally> tallies)
    {
        if (_last is null || _last.Count == CreditLeaf.MaxCredits)
        {
            _last = new CreditLeaf(slots, CreditLeaf.MaxCredits);
            _last.Append(place, tallies);
            _leaves.Add(_last);
        }
        else
        {
            _last.Append(place, tallies);
        }

        _count++;
    }

    /// <summary>All that was added.</summary>
    public CreditTree ToTree()
    {
        var nodes = _leaves;
        while (nodes.Count > 1)
        {
            nodes = nodes.Chunk(CreditBranch.MaxChildren)
                .Select(children => children.Length == 1 ? children[0] : new CreditBranch(slots, children))
                .ToList();
        }

        return nodes.Count == 0 ? new CreditTree(slots) : new CreditTree(slots, nodes[0], _count);
    }
}
