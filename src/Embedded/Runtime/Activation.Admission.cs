namespace Commission.Embedded.Runtime;

/// <content>Which request may run when.</content>
internal sealed partial class Activation
{
    private static readonly SendOrPostCallback StartRequest = static state => ((QueuedRequest)state!).Start!();

    private Mailbox _waiting;
    private int _unfinished;
    private int _active;
    private int _blocking;
    private int _blockingWriters;
    private TaskCompletionSource? _quiet;

    /// <summary>Takes the turn at once if nobody has it and the request may run now.</summary>
    internal Offer OfferInline(Request request, out Grain? grain)
    {
        grain = null;
        lock (Gate)
        {
            if (_state != ActivationState.Active || Owned || !IsAdmissible(request) || IsRefused(request))
            {
                return Offer.Busy;
            }

            Owned = true;
            _unfinished++;
            Begin(request);
            grain = _grain;
            return Offer.Inline;
        }
    }

    /// <summary>Gives the turn back. What came meanwhile is scheduled.</summary>
    internal void LeaveInline(Request request, bool completed)
    {
        bool more;
        lock (Gate)
        {
            if (completed)
            {
                End(request);
                Advance();
            }

            more = HasReadyTurns;
            Owned = more;
        }

        ScheduleIf(more);
    }

    /// <summary>Takes the request for a later turn, or refuses it.</summary>
    internal Offer Enqueue(QueuedRequest request)
    {
        bool claimed;
        lock (Gate)
        {
            if (IsDead || (request.Has(RequestTraits.Local) && !TakesLocal))
            {
                return Offer.Gone;
            }

            request.Target(this);
            var admissible = IsAdmissible(request);
            if (Refusal(request, admissible) is { } refusal)
            {
                request.Fail(refusal);
                DieIfNew();
                return Offer.Refused;
            }

            Accept(request, admissible);
            claimed = Claim();
        }

        ScheduleIf(claimed);
        return Offer.Queued;
    }

    /// <summary>Ends a request, within a turn of it.</summary>
    internal void Complete(Request request)
    {
        bool claimed;
        lock (Gate)
        {
            End(request);
            Advance();
            claimed = Claim();
        }

        ScheduleIf(claimed);
    }

    /// <summary>Completes when no request is unfinished.</summary>
    internal Task WhenQuiet()
    {
        lock (Gate)
        {
            if (_unfinished == 0)
            {
                return Task.CompletedTask;
            }

            _quiet ??= new TaskCompletionSource();
            return _quiet.Task;
        }
    }

    private bool TakesLocal => _state is ActivationState.Activating or ActivationState.Active;

    private void Accept(QueuedRequest request, bool admissible)
    {
        _unfinished++;
        if (admissible)
        {
            Admit(request);
        }
        else
        {
            _waiting.Add(request);
        }

        if (_state == ActivationState.New)
        {
            BeginActivation(request.Parent);
        }
    }

    private bool IsAdmissible(Request request) => _state switch
    {
        ActivationState.Active => MayInterleave(request),

        // A request that a running one waits for must be let in, or the activation would never drain.
        ActivationState.Draining => MayInterleave(request) && ActiveAncestor(request) is not null,
        _ => false,
    };

    private bool MayInterleave(Request request) =>
        _blocking == 0
        || Interleaves(request)
        || (_blockingWriters == 0 && request.Has(RequestTraits.ReadOnly));

    private bool Interleaves(Request request) =>
        Class.IsReentrant || request.Has(RequestTraits.Interleaves);

    private bool IsRefused(Request request) =>
        _unfinished >= Runtime.Options.MailboxLimit || (Runtime.IsStopping && request.Has(RequestTraits.External));

    private Exception? Refusal(Request request, bool admissible)
    {
        if (request.Has(RequestTraits.Local))
        {
            return null;
        }

        if (!admissible && Deadlocks(request))
        {
            return new GrainDeadlockException($"The call would wait for itself: {Chain(request)}.");
        }

        if (!IsRefused(request))
        {
            return null;
        }

        return _unfinished >= Runtime.Options.MailboxLimit
            ? new GrainOverloadedException($"{this} has {_unfinished} unfinished requests, and takes no more.")
            : new GrainRuntimeStoppedException();
    }

    /// <summary>Whether a request in its own chain keeps this one from being admitted.</summary>
    private bool Deadlocks(Request request)
    {
        for (var ancestor = request.Parent; ancestor is not null; ancestor = ancestor.Parent)
        {
            var inTheWay = IsActiveHere(ancestor) && (_state != ActivationState.Active || !Interleaves(ancestor));
            if (inTheWay)
            {
                return true;
            }
        }

        return false;
    }

    private Request? ActiveAncestor(Request request)
    {
        var ancestor = request.Parent;
        while (ancestor is not null && !IsActiveHere(ancestor))
        {
            ancestor = ancestor.Parent;
        }

        return ancestor;
    }

    private bool IsActiveHere(Request request) =>
        ReferenceEquals(request.Activation, this) && request.IsActive && request.Life == _life;

    private static string Chain(Request last)
    {
        var links = new Stack<string>();
        for (Request? request = last; request is not null; request = request.Parent)
        {
            links.Push($"{request.Activation}.{request.Name}");
        }

        return string.Join(" -> ", links);
    }

    private void Admit(QueuedRequest request)
    {
        request.Grain = _grain;
        Begin(request);
        Ready(new Turn(request, StartRequest, request));
    }

    private void Begin(Request request)
    {
        request.Target(this);
        request.Begin(_life);
        Count(request, 1);
    }

    private void End(Request request)
    {
        request.End();
        if (request.Life == _life)
        {
            Count(request, -1);
        }

        Forget(1);
        if (!request.Has(RequestTraits.Unused))
        {
            _lastUse = Runtime.CoarseTimestamp;
        }
    }

    private void Count(Request request, int step)
    {
        _active += step;
        if (Interleaves(request))
        {
            return;
        }

        _blocking += step;
        if (!request.Has(RequestTraits.ReadOnly))
        {
            _blockingWriters += step;
        }
    }

    private void Forget(int requests)
    {
        _unfinished -= requests;
        if (_unfinished == 0)
        {
            Signal(_quiet);
            _quiet = null;
        }
    }

    /// <summary>
    /// Under the gate: completes it in a turn of its own. Completed here, its continuations might run under the gate;
    /// completed asynchronously, on another thread than the scheduler's.
    /// </summary>
    private void Signal(TaskCompletionSource? signal)
    {
        if (signal is not null)
        {
            var context = new Request("signal", RequestTraits.None, parent: null);
            context.Target(this);
            Ready(new Turn(context, static state => ((TaskCompletionSource)state!).SetResult(), signal));
        }
    }

    /// <summary>Under the gate, when something has ended: lets in who waits, or goes.</summary>
    private void Advance()
    {
        if (_state == ActivationState.Active)
        {
            AdmitWaiting();
        }
        else if (_state == ActivationState.Draining && _active == 0)
        {
            BeginDeactivation();
        }
    }

    private void AdmitWaiting()
    {
        if (_blocking > 0 || _waiting.First is null)
        {
            return;
        }

        while (_waiting.First is { } first && MayInterleave(first))
        {
            Admit(_waiting.TakeFirst());
        }

        // Read-only requests overtake writers, as they would have had they come while another was running.
        if (_waiting.First is not null && _blockingWriters == 0)
        {
            _waiting.Take(TryAdmit);
        }
    }

    /// <summary>
    /// Also lets in who could have interleaved with the first, had the grain been active when they came.
    /// </summary>
    private void AdmitAfterActivation()
    {
        AdmitWaiting();
        _waiting.Take(TryAdmit);
    }

    private bool TryAdmit(QueuedRequest request)
    {
        if (!MayInterleave(request))
        {
            return false;
        }

        Admit(request);
        return true;
    }
}
