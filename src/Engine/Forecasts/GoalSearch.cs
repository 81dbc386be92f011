namespace Commission.Engine;

/// <summary>Finds steps on a line: halves that cannot earn enough are left out.</summary>
internal sealed class GoalSearch(GoalLine line)
{
    private readonly List<GoalPiece> _pieces = GoalPieces.Of(line);
    private int _left = 50_000;

    /// <summary>Whether nothing was left out for want of time; that takes parts that nearly cancel out over a long
    /// stretch.</summary>
    public bool Exact => _left > 0;

    /// <summary>The first step that earns a goal; null where none does.</summary>
    public GoalNode? First(decimal goal)
    {
        foreach (var piece in _pieces)
        {
            if (First(piece, goal, line.At(piece.First, piece), line.At(piece.Last, piece)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>A step that earns the most.</summary>
    public GoalNode Most()
    {
        var best = line.At(_pieces[0].First, _pieces[0]);
        foreach (var piece in _pieces)
        {
            Raise(ref best, piece, line.At(piece.First, piece), line.At(piece.Last, piece));
        }

        return best;
    }

    /// <summary>Why no step earns more than the first of those that earn the most.</summary>
    public GoalObstacle Why(GoalNode best)
    {
        if (best.At > _pieces[^1].First)
        {
            return GoalObstacle.BeyondSearch;
        }

        if (line.IsCapped(best.At))
        {
            return GoalObstacle.Capped;
        }

        if (best.At == 0m)
        {
            return GoalObstacle.PaysNothing;
        }

        return line.At(line.Last).Sum == best.Sum ? GoalObstacle.FlatBeyond : GoalObstacle.Falls;
    }

    private GoalNode? First(GoalPiece piece, decimal goal, GoalNode left, GoalNode right)
    {
        if (left.Sum >= goal)
        {
            return left;
        }

        if (right.At - left.At <= 1m || --_left <= 0)
        {
            return right.Sum >= goal ? right : null;
        }

        if (line.Most(piece, left, right) < goal)
        {
            return null;
        }

        var middle = line.At(decimal.Floor((left.At + right.At) / 2m), piece);
        return First(piece, goal, left, middle) ?? First(piece, goal, middle, right);
    }

    private void Raise(ref GoalNode best, GoalPiece piece, GoalNode left, GoalNode right)
    {
        best = left.Sum > best.Sum ? left : best;
        best = right.Sum > best.Sum ? right : best;
        if (right.At - left.At <= 1m || line.Most(piece, left, right) <= best.Sum || --_left <= 0)
        {
            return;
        }

        var middle = line.At(decimal.Floor((left.At + right.At) / 2m), piece);
        Raise(ref best, piece, left, middle);
        Raise(ref best, piece, middle, right);
    }
}
