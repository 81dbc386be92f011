using Commission.Contracts.V1;

namespace Commission.Verification;

/// <summary>Collects what comes of a verification, and tells of it as it comes. Safe for concurrent use.</summary>
/// <param name="most">How many differences are told; all are counted.</param>
/// <param name="report">Told of one thing at a time.</param>
internal sealed class Findings(int most, Action<VerifyUpdate> report)
{
    private readonly Lock _lock = new();
    private readonly HashSet<StandingDeal> _pending = [];
    private readonly VerifySummary _summary = new();

    /// <summary>Figures that were compared.</summary>
    public void Count(long windows, long statements)
    {
        lock (_lock)
        {
            _summary.Windows += windows;
            _summary.Statements += statements;
        }
    }

    /// <summary>Tells of differences.</summary>
    public void Add(params IEnumerable<Difference> differences)
    {
        foreach (var difference in differences)
        {
            lock (_lock)
            {
                _summary.Differences++;
                if (_summary.Differences <= most)
                {
                    report(new VerifyUpdate { Difference = difference });
                }
            }
        }
    }

    /// <summary>Notes a deal that differs and may.</summary>
    public void AddPending(StandingDeal deal)
    {
        lock (_lock)
        {
            _pending.Add(deal);
        }
    }

    /// <summary>Tells how far it is.</summary>
    public void Progress(string stage, long done, long total)
    {
        lock (_lock)
        {
            report(new VerifyUpdate
            {
                Progress = new VerifyProgress { Stage = stage, Done = done, Total = total },
            });
        }
    }

    /// <summary>What came of it, with what <paramref name="complete"/> adds; tells of it.</summary>
    public VerifySummary Complete(Action<VerifySummary> complete)
    {
        lock (_lock)
        {
            complete(_summary);
            _summary.PendingDeals = _pending.Count;
            report(new VerifyUpdate { Summary = _summary });
            return _summary;
        }
    }
}
