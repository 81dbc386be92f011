using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Commission.Engine;

namespace Commission.Grains.Territories;

/// <summary>Territories by the one that each is part of. Immutable.</summary>
internal sealed class Forest
{
    private const string Roots = "";

    // What territories say is turned around once for all who ask; it goes with them.
    private static readonly ConditionalWeakTable<ImmutableDictionary<string, Territory>, Forest> Made = [];

    private readonly ImmutableDictionary<string, Territory> _territories;
    private readonly ILookup<string, Territory> _children;

    private Forest(ImmutableDictionary<string, Territory> territories)
    {
        _territories = territories;
        // Walking takes the last first.
        _children = territories.Values
            .OrderByDescending(territory => territory.Id, StringComparer.Ordinal)
            .ToLookup(territory => territory.Parent ?? Roots, StringComparer.Ordinal);
    }

    /// <summary>That of some territories.</summary>
    /// <param name="territories">By id.</param>
    public static Forest Of(ImmutableDictionary<string, Territory> territories) =>
        Made.GetValue(territories, static made => new Forest(made));

    /// <summary>How many territories are directly part of one.</summary>
    public int ChildrenOf(string territory) => _children[territory].Count();

    /// <summary>
    /// A territory and those below it, each after the one that it is part of, those of one parent in ordinal order.
    /// </summary>
    /// <param name="top">There is one with this id; empty: all that are part of no other.</param>
    /// <param name="depth">How many levels, at least 1.</param>
    public IEnumerable<(Territory Territory, int Level)> Walk(string top, int depth)
    {
        // Two that were put at the same moment may have made a cycle.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var left = new Stack<(Territory Territory, int Level)>();
        Push(top.Length == 0 ? _children[Roots] : [_territories[top]], 0);
        while (left.TryPop(out var one))
        {
            if (!seen.Add(one.Territory.Id))
            {
                continue;
            }

            yield return one;
            if (one.Level + 1 < depth)
            {
                Push(_children[one.Territory.Id], one.Level + 1);
            }
        }

        void Push(IEnumerable<Territory> some, int level)
        {
            // The last pushed comes first.
            foreach (var territory in some)
            {
                left.Push((territory, level));
            }
        }
    }
}
