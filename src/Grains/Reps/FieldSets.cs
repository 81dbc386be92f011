using System.Collections.Immutable;
using Commission.Grains.Journals;

namespace Commission.Grains.Reps;

/// <summary>
/// The sets of fields of a piece of a snapshot, each made when it is first asked for. Where only the fields that count
/// are wanted, sets that do not differ in them are one.
/// </summary>
internal sealed class FieldSets
{
    private static readonly ImmutableSortedDictionary<string, string> None =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private readonly string[] _texts;
    private readonly bool?[] _counts;
    private readonly Func<string, bool> _isCounted;
    private readonly (int Start, int End)[] _spans;
    private readonly List<(int Name, int Value)> _fields = [];
    private readonly Dictionary<(int, int, int, int), ImmutableSortedDictionary<string, string>> _counted = [];

    /// <summary>Reads the table.</summary>
    public FieldSets(ref PieceReader piece, string[] texts, Func<string, bool> counts)
    {
        (_texts, _counts, _isCounted) = (texts, new bool?[texts.Length], counts);
        _spans = new (int, int)[piece.Count()];
        for (var i = 0; i < _spans.Length; i++)
        {
            var start = _fields.Count;
            for (var left = piece.Count(); left > 0; left--)
            {
                var (name, value) = (piece.Count(), piece.Count());
                _fields.Add((name, value));
            }

            _spans[i] = (start, _fields.Count);
        }
    }

    /// <summary>A set, or what of it counts.</summary>
    public ImmutableSortedDictionary<string, string> Get(int set, bool onlyCounted)
    {
        var (start, end) = _spans[set];
        if (!onlyCounted)
        {
            return Make(start, end, static _ => true);
        }

        var (key, count) = ((0, 0, 0, 0), 0);
        for (var i = start; i < end; i++)
        {
            if (IsCounted(_fields[i].Name))
            {
                count++;
                key = (key.Item3, key.Item4, _fields[i].Name + 1, _fields[i].Value);
            }
        }

        return count switch
        {
            0 => None,
            <= 2 => _counted.TryGetValue(key, out var known)
                ? known
                : _counted[key] = Make(start, end, IsCounted),
            _ => Make(start, end, IsCounted),
        };
    }

    private bool IsCounted(int name) => _counts[name] ??= _isCounted(_texts[name]);

    private ImmutableSortedDictionary<string, string> Make(int start, int end, Func<int, bool> isWanted)
    {
        var set = None.ToBuilder();
        for (var i = start; i < end; i++)
        {
            if (isWanted(_fields[i].Name))
            {
                set.Add(_texts[_fields[i].Name], _texts[_fields[i].Value]);
            }
        }

        return set.ToImmutable();
    }
}
