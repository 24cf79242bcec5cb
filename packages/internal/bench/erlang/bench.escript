#!/usr/bin/env escript
%% escript bench.escript Table Workload Directory: reads records as lines of "key<TAB>value" in the order of keys from
%% records.txt of the directory, and their keys in another order from shuffled.txt; prints nanoseconds per call.
-mode(compile).

main([Kind, Workload, Directory]) ->
    Records = read_records(filename:join(Directory, "records.txt")),
    Shuffled = read_lines(filename:join(Directory, "shuffled.txt")),
    Table = open(Kind, Directory),
    prepare(Table, Workload, Records),
    erlang:garbage_collect(),
    Begin = erlang:monotonic_time(nanosecond),
    Calls = measure(Table, Workload, Records, Shuffled),
    End = erlang:monotonic_time(nanosecond),
    close(Table),
    io:format("~p~n", [(End - Begin) / Calls]).

read_lines(Path) ->
    {ok, Bytes} = file:read_file(Path),
    binary:split(Bytes, <<"\n">>, [global, trim]).

read_records(Path) ->
    [begin [Key, Value] = binary:split(Line, <<"\t">>), {Key, Value} end || Line <- read_lines(Path)].

open("ets", _) -> {ets, ets:new(bench, [set, public])};
open("ets_ordered", _) -> {ets, ets:new(bench, [ordered_set, public])};
open("dets", Directory) ->
    {ok, Table} = dets:open_file(bench, [{file, filename:join(Directory, "bench.dets")}]),
    {dets, Table}.

close({ets, Table}) -> ets:delete(Table);
close({dets, Table}) -> dets:close(Table).

prepare({Module, Table}, Workload, Records) when Workload =:= "lookup"; Workload =:= "walk"; Workload =:= "fold" ->
    Module:insert(Table, Records),
    sync(Module, Table);
prepare({Module, Table}, "count", Records) ->
    Module:insert(Table, [{Key, 0} || {Key, _} <- Records]);
prepare(_, _, _) ->
    ok.

sync(ets, _) -> ok;
sync(dets, Table) -> dets:sync(Table).

measure({Module, Table}, "insert", Records, _) ->
    [Module:insert(Table, Record) || Record <- Records],
    length(Records);
measure({Module, Table}, "random insert", Records, Shuffled) ->
    Value = element(2, hd(Records)),
    [Module:insert(Table, {Key, Value}) || Key <- Shuffled],
    length(Shuffled);
measure({Module, Table}, "batches", Records, _) ->
    batches(Module, Table, Records),
    length(Records);
measure({Module, Table}, "lookup", _, Shuffled) ->
    [[_] = Module:lookup(Table, Key) || Key <- Shuffled],
    length(Shuffled);
measure({Module, Table}, "count", _, Shuffled) ->
    [Module:update_counter(Table, Key, 1) || Key <- Shuffled],
    length(Shuffled);
measure({ets, Table}, "walk", _, _) ->
    walk(Table, ets:first(Table), 0);
measure({Module, Table}, "fold", _, _) ->
    Module:foldl(fun(_, Count) -> Count + 1 end, 0, Table).

walk(_, '$end_of_table', Count) -> Count;
walk(Table, Key, Count) -> walk(Table, ets:next(Table, Key), Count + 1).

batches(_, _, []) -> ok;
batches(Module, Table, Records) ->
    {Batch, Rest} = lists:split(min(100, length(Records)), Records),
    Module:insert(Table, Batch),
    batches(Module, Table, Rest).
