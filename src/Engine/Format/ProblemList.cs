namespace Commission.Engine;

/// <summary>Gathers a document's problems while it is read.</summary>
internal sealed class ProblemList
{
    // More would help nobody, and a hostile document could ask for millions.
    private const int ProblemsMax = 1_000;

    private readonly List<Problem> _problems = [];
    private readonly HashSet<Problem> _seen = [];

    /// <summary>How many errors there are so far, also those beyond the bound.</summary>
    public int Errors { get; private set; }

    /// <summary>Whether further problems are only counted, so that working out hints for them is wasted.</summary>
    public bool IsFull => _problems.Count >= ProblemsMax;

    public void Add(Problem problem)
    {
        Errors += problem.Severity == ProblemSeverity.Error ? 1 : 0;
        var room = !IsFull || (Errors == 1 && problem.Severity == ProblemSeverity.Error);
        if (room && _seen.Add(problem))
        {
            _problems.Add(problem);
        }
    }

    public Parsed<T> Finish<T>(T? value)
    {
        var ordered = _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column);
        return new Parsed<T>(Errors == 0 ? value : default, [.. ordered]);
    }
}

/// <summary>The way from a document's root to a place in it; text only where something is wrong.</summary>
/// <param name="Parent">Null at the root.</param>
/// <param name="Name">Of a field; empty where it is an item.</param>
/// <param name="Index">Of an item; −1 where it is a field.</param>
internal sealed record Trail(Trail? Parent, string Name, int Index = -1)
{
    public Trail Field(string name) => new(this, name);

    public Trail Item(int index) => new(this, "", index);

    public override string ToString()
    {
        var steps = new Stack<string>();
        for (var at = this; at.Parent is not null; at = at.Parent)
        {
            steps.Push(at.Step());
        }

        return string.Concat(steps).TrimStart('.');
    }

    private string Step() => Index >= 0 ? $"[{Index}]" : IsPlain(Name) ? "." + Name : $"[\"{Name}\"]";

    private static bool IsPlain(string name) =>
        name.Length > 0 && name.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_');
}
